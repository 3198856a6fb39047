from django.http import JsonResponse
from django.urls import path


def me(request):
    return JsonResponse({"name": request.user.get_username()})


urlpatterns = [path("me", me)]
