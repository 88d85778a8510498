# A service that reads findings, and the `tracewire` command: the client alone, which is what
# `pip install tracewire` gives. Copy it for a service of your own.
#
#   docker build --file deploy/findings.Dockerfile --tag tracewire/findings .
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${BASE_IMAGE} AS python
RUN apt-get update --quiet \
	&& apt-get install --yes --quiet --no-install-recommends ca-certificates python3 \
	&& rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/cache/debconf

# A company's certificates come as a secret and stay out of every layer.
FROM python AS tools
ARG PIP_INDEX_URL
RUN --mount=type=secret,id=ca \
	apt-get update --quiet && apt-get install --yes --quiet --no-install-recommends python3-venv \
	&& if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi \
	&& python3 -m venv /uv && /uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9

FROM tools AS build
ARG PIP_INDEX_URL
WORKDIR /source
COPY pyproject.toml README.md LICENSE requirements.lock ./
COPY tracewire tracewire
RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache/uv \
	if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi \
	&& if [ -n "$PIP_INDEX_URL" ]; then export UV_DEFAULT_INDEX=$PIP_INDEX_URL; fi \
	&& /uv/bin/uv venv --quiet /opt/tracewire \
	&& /uv/bin/uv pip install --quiet --link-mode copy --compile-bytecode --python /opt/tracewire/bin/python \
		--constraints requirements.lock .

FROM python
COPY --from=build /opt/tracewire /opt/tracewire
COPY deploy/examples/findings.py /opt/tracewire/findings.py
ENV PATH=/opt/tracewire/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
ENTRYPOINT ["python", "/opt/tracewire/findings.py"]
