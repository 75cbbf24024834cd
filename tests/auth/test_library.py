"""The acceptor stands on private names of pyspnego; a new version that lacks one shows here first."""

from importlib.metadata import version

import pytest
from spnego import _context, _credssp, _credssp_structures, _gss, _negotiate, _ntlm, _spnego
from spnego._ntlm_raw import crypto, md4, messages

from emulator.auth.spnego import NegotiateExchange


def test_the_library_is_of_the_range_that_was_tried():
    assert version("pyspnego").split(".")[:2] == ["0", "12"]


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (
            _ntlm.NTLMProxy,
            [
                "_step_accept",
                "_step_accept_negotiate",
                "_step_accept_authenticate",
                "_reset_ntlm_crypto_state",
            ],
        ),
        (_ntlm.NTLMProxy, ["_seq_num_in", "_seq_num_out", "_requires_mech_list_mic", "wrap_winrm"]),
        (_negotiate.NegotiateProxy, ["step", "complete", "_preferred_mech_list"]),
        (_spnego, ["NegTokenInit", "unpack_token"]),
        (_context.GSSMech, ["ntlm", "kerberos", "_ms_kerberos"]),
        (_credssp, ["CredSSPProxy", "TSRequest"]),
        (_credssp.CredSSPProxy, ["_step_accept", "get_extra_info", "wrap_winrm", "unwrap_winrm"]),
        (_credssp_structures, ["TSPasswordCreds"]),
        (_gss.GSSAPIProxy, ["step", "client_principal", "wrap_winrm", "unwrap_winrm"]),
        (crypto, ["compute_response_v1", "hmac_md5", "ntowfv2", "rc4k"]),
        (md4, ["md4"]),
        (messages, ["Authenticate", "Challenge", "Negotiate", "TargetInfo", "FileTime", "Version"]),
    ],
)
def test_the_private_names_that_the_acceptor_uses_exist(owner, names):
    assert [name for name in names if not hasattr(owner, name)] == []


def test_an_acceptor_holds_the_state_that_the_sealed_session_takes_over(settings, client):
    exchange, peer = NegotiateExchange(settings, None), client()
    exchange.step(peer.step(exchange.step(peer.step())))
    acceptor = exchange._acceptor
    assert acceptor.complete
    for name in ("_handle_in", "_handle_out", "_sign_key_in", "_sign_key_out"):
        assert getattr(acceptor, name) is not None
