# The engine: Python, the opa binary (it checks and builds signatures), and the signatures.
#
#   docker build --file deploy/engine.Dockerfile --tag tracewire/engine .
ARG BASE_IMAGE=debian:bookworm-slim
ARG OPA_IMAGE=openpolicyagent/opa:1.22.2-static

FROM ${OPA_IMAGE} AS opa

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
COPY engine engine
COPY rego rego
COPY deploy/opa deploy/opa
COPY deploy/packages/engine deploy/packages/engine
RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache/uv \
	if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi \
	&& if [ -n "$PIP_INDEX_URL" ]; then export UV_DEFAULT_INDEX=$PIP_INDEX_URL; fi \
	&& /uv/bin/uv venv --quiet /opt/tracewire \
	&& /uv/bin/uv pip install --quiet --link-mode copy --compile-bytecode --python /opt/tracewire/bin/python \
		--constraints requirements.lock . ./deploy/packages/engine \
	&& cd /opt/tracewire && ln -s lib/python3.*/site-packages/engine/rego/signatures signatures

FROM python
COPY --from=opa /opa /usr/local/bin/opa
COPY --from=build /opt/tracewire /opt/tracewire
COPY deploy/compose/health.py deploy/compose/prepare.py /opt/tracewire/
ENV PATH=/opt/tracewire/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 65534:65534
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 \
	CMD ["python", "/opt/tracewire/health.py", "engine"]
ENTRYPOINT ["python", "-m", "engine"]
