"""Addresses of the account; included first, so that no other app's sign-in or sign-out is reached."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from ikbt.accounts.electronic_id import views as electronic_id
from ikbt.accounts.views import enrolment, landing, language, sign_in, test_e_id

app_name = "accounts"

urlpatterns = [
    path("logga-in/", sign_in.sign_in, name="sign_in"),
    path("logga-in/kod/", sign_in.code, name="code"),
    path("e-legitimation/<slug:key>/", electronic_id.start, name="electronic_id_start"),
    path("e-legitimation/<slug:key>/svar/", electronic_id.take_back, name="electronic_id_return"),
    path("logga-ut/", sign_in.sign_out, name="sign_out"),
    path("start/", landing.landing, name="landing"),
    path("sprak/", language.language, name="language"),
    path("inbjudan/<str:token>/", enrolment.choose_password, name="choose_password"),
    path("inbjudan/<str:token>/app/", enrolment.connect_app, name="connect_app"),
    # Wagtail's and Django's own pages: a GET would drop the session's cookie, their sign-in asks no code.
    path("admin/login/", sign_in.other_way_in),
    path("admin/logout/", sign_in.sign_out),
    path("admin/password_reset/", sign_in.other_way_in),
    path("admin/password_reset/<path:rest>", sign_in.other_way_in),
    path("_util/login/", sign_in.other_way_in),
    path("_util/<path:rest>", sign_in.other_way_in),
    path("django-admin/login/", sign_in.other_way_in),
    path("django-admin/logout/", sign_in.sign_out),
    path("django-admin/password_change/", sign_in.other_way_in),
    path("django-admin/password_change/<path:rest>", sign_in.other_way_in),
]

if settings.TEST_E_ID:
    urlpatterns += [path("test-e-id/", test_e_id.test_e_id, name="test_e_id")]
