#!/usr/bin/env bash
# MIT Kerberos of Debian for the tests (KDC, kinit, headers), then the extra for the test environment.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! command -v /usr/sbin/krb5kdc >/dev/null || ! command -v krb5-config >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update --quiet
    apt-get install --yes --quiet --no-install-recommends \
        krb5-kdc krb5-admin-server krb5-user libkrb5-dev gcc python3-dev
fi
make .venv/test.stamp
.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[kerberos]' 'pywinrm[kerberos]'
