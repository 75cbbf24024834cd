# syntax=docker/dockerfile:1
# A fake Hyper-V host in a container. Build: docker build -t hyperv-emulator .
# Any base image with Python 3.11 or later and pip serves: --build-arg BASE_IMAGE=...
ARG BASE_IMAGE=python:3.13-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY emulator ./emulator
COPY profiles ./profiles
RUN python3 -m venv /opt/hyperv-emulator \
 && /opt/hyperv-emulator/bin/python -m pip install --no-cache-dir --disable-pip-version-check . \
 && /opt/hyperv-emulator/bin/python -m compileall -q /opt/hyperv-emulator/lib \
 && /opt/hyperv-emulator/bin/python -I -c "from emulator.profile import builtin_names, load; [*map(load, builtin_names())]" \
 && /opt/hyperv-emulator/bin/python -m pip uninstall --quiet --yes pip setuptools

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="hyperv-emulator" \
      org.opencontainers.image.description="A fake Windows machine with Hyper-V that answers WinRM like a real one" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/hyperv-emulator /opt/hyperv-emulator
# Byte code and profiles are compiled above and nothing is written at run time: a read-only root works.
ENV PATH=/opt/hyperv-emulator/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HYPERV_EMULATOR_BIND=0.0.0.0 \
    HYPERV_EMULATOR_CONTROL_BIND=0.0.0.0 \
    HYPERV_EMULATOR_HTTP_PORT=5985 \
    HYPERV_EMULATOR_HTTPS_PORT=5986 \
    HYPERV_EMULATOR_CONTROL_PORT=8080 \
    HYPERV_EMULATOR_PROFILE=windows-server-2022-datacenter
USER 10001:10001
EXPOSE 5985 5986 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=1s --retries=3 CMD ["hyperv-emulator", "wait", "http://127.0.0.1:5985/wsman", "--timeout", "2"]
ENTRYPOINT ["hyperv-emulator"]
CMD ["serve"]
