from flask import Flask, request
from flask_cors import CORS


def create_app():
    app = Flask("shop")
    CORS(app, origins="https://app.example.com", supports_credentials=True, max_age=600)

    @app.put("/items/<int:number>")
    def update(number):
        return {"id": number, "name": request.get_json()["name"]}

    return app
