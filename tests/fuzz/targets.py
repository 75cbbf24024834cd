"""Every reader of what a client sends. To add one: a generator, a check, and a row here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fuzz import authentication_targets as authentication
from fuzz import grammar, http_targets, soap_targets, syntax_targets, text_targets
from fuzz.machine import machine
from fuzz.target import Target
from fuzz.text_targets import mostly


def _service() -> Target:
    service = soap_targets.Service()
    return Target(service.generate, service.check, service.settle)


def _script() -> Target:
    from fuzz.script_targets import Scripts

    scripts = Scripts()
    return Target(scripts.generate, scripts.check, scripts.settle)


def _sealed_message() -> Target:
    sealed = authentication.Sealed()
    return Target(sealed.generate, sealed.check)


def _method_call() -> Target:
    return Target(soap_targets.call, soap_targets.check_call, machine().reset)


#: Name, how many inputs the slow run gives it, and how it is made.
TARGETS: Final[dict[str, tuple[int, Callable[[], Target]]]] = {
    "datetime": (20_000, lambda: Target(mostly(grammar.datetime_text), text_targets.check_datetime)),
    "object path": (20_000, lambda: Target(mostly(grammar.object_path), text_targets.check_object_path)),
    "query": (25_000, lambda: Target(mostly(grammar.wql), text_targets.check_query)),
    "instance": (25_000, lambda: Target(mostly(grammar.embedded_instance), text_targets.check_instance)),
    "document": (10_000, lambda: Target(mostly(grammar.embedded_instance), text_targets.check_document)),
    "envelope": (20_000, lambda: Target(soap_targets.envelope, soap_targets.check_envelope)),
    "method call": (10_000, _method_call),
    "handshake": (15_000, lambda: Target(authentication.handshake, authentication.check_handshake)),
    "authorization": (
        10_000,
        lambda: Target(authentication.authorization, authentication.check_authorization),
    ),
    "sealed message": (5_000, _sealed_message),
    "HTTP": (20_000, lambda: Target(http_targets.connection, http_targets.check_connection)),
    "service": (20_000, _service),
    "script": (20_000, _script),
    "syntax": (90_000, lambda: Target(syntax_targets.well_formed, syntax_targets.check_well_formed)),
    "damaged syntax": (90_000, lambda: Target(syntax_targets.damaged, syntax_targets.check_damaged)),
}
