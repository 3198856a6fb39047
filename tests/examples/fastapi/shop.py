from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://app.example.com"], allow_methods=["PUT"])


@app.put("/items/{number}")
async def update(number: int, item: dict[str, str]) -> dict[str, object]:
    return {"id": number, **item}
