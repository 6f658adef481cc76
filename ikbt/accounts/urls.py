"""Addresses of the account; included first, so that no other app's sign-in or sign-out is reached."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from ikbt.accounts.electronic_id import views as electronic_id
from ikbt.accounts.views import (
    accessibility,
    enrolment,
    landing,
    language,
    leave,
    own_means,
    own_notices,
    own_page,
    passkeys,
    policy_reports,
    session_clock,
    sign_in,
    step_up,
    test_e_id,
)

app_name = "accounts"

urlpatterns = [
    path("logga-in/", sign_in.sign_in, name="sign_in"),
    path("logga-in/kod/", sign_in.code, name="code"),
    path("e-legitimation/<slug:key>/", electronic_id.start, name="electronic_id_start"),
    path("e-legitimation/<slug:key>/svar/", electronic_id.take_back, name="electronic_id_return"),
    path("logga-ut/", sign_in.sign_out, name="sign_out"),
    path("logga-in/passkey/", passkeys.sign_in, name="passkey_sign_in"),
    path("logga-in/passkey/fraga/", passkeys.ask, name="passkey_ask"),
    path("lamna/", leave.leave, name="leave"),
    path("innehallspolicy/rapport/", policy_reports.report, name="policy_report"),
    path("konto/", own_page.own_page, name="own_page"),
    path("konto/session/", session_clock.session, name="session"),
    path("konto/sessioner/avsluta/", own_page.end_other_sessions, name="end_other_sessions"),
    path("konto/sessioner/<uuid:session_id>/avsluta/", own_page.end_session, name="end_session"),
    path("konto/bekrafta/", step_up.with_code, name="step_up"),
    path("konto/bekrafta/passkey/", step_up.with_passkey, name="step_up_passkey"),
    path("konto/bekrafta/passkey/fraga/", step_up.ask_passkey, name="step_up_ask"),
    path("konto/passkey/", passkeys.add, name="add_passkey"),
    path("konto/passkey/fraga/", passkeys.ask_new, name="add_passkey_ask"),
    path("konto/app/", own_means.another_app, name="another_app"),
    path("konto/notiser/", own_notices.notices, name="notices"),
    path("konto/losenord/", own_means.password, name="change_password"),
    path("konto/aterstallningskoder/", own_means.recovery_codes, name="recovery_codes"),
    path("konto/<str:kind>/<uuid:factor_id>/ta-bort/", own_page.remove, name="remove_factor"),
    path("tillganglighet/", accessibility.statement, name="accessibility"),
    path("start/", landing.landing, name="landing"),
    path("sprak/", language.language, name="language"),
    path("inbjudan/<str:token>/", enrolment.choose_password, name="choose_password"),
    path("inbjudan/<str:token>/satt/", enrolment.choose_means, name="choose_means"),
    path("inbjudan/<str:token>/satt/fraga/", enrolment.ask_first_passkey, name="ask_first_passkey"),
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
