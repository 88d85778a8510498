# The collector: BPF objects, Python, libbpf. No compiler, no shell scripts of ours.
#
#   docker build --file deploy/collector.Dockerfile --tag tracewire/collector .
#
# OBJECTS=compiled compiles the BPF objects in a stage that is thrown away, against the types of
# the kernel that builds; they run on every kernel that has types (CO-RE). OBJECTS=prebuilt takes
# those in build/bpf, for builds without network or on a kernel that does not show its types.
ARG BASE_IMAGE=debian:bookworm-slim
ARG OBJECTS=compiled

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

FROM python AS compiled
RUN apt-get update --quiet \
	&& apt-get install --yes --quiet --no-install-recommends bpftool clang gcc libbpf-dev libc6-dev llvm make
WORKDIR /source
COPY Makefile ./
COPY bpf bpf
RUN make --assume-old=system-packages bpf \
	&& mkdir /objects && cd build/bpf && find . -name '*.bpf.o' -exec cp --parents {} /objects ';'

FROM scratch AS prebuilt
COPY build/bpf /objects

FROM ${OBJECTS} AS objects

FROM tools AS build
ARG PIP_INDEX_URL
WORKDIR /source
COPY pyproject.toml README.md LICENSE requirements.lock ./
COPY tracewire tracewire
COPY collector collector
COPY deploy/packages/collector deploy/packages/collector
COPY --from=objects /objects build/bpf
RUN --mount=type=secret,id=ca --mount=type=cache,target=/root/.cache/uv \
	if [ -s /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi \
	&& if [ -n "$PIP_INDEX_URL" ]; then export UV_DEFAULT_INDEX=$PIP_INDEX_URL; fi \
	&& /uv/bin/uv venv --quiet /opt/tracewire \
	&& /uv/bin/uv pip install --quiet --link-mode copy --compile-bytecode --python /opt/tracewire/bin/python \
		--constraints requirements.lock . ./deploy/packages/collector

FROM python
RUN apt-get update --quiet \
	&& apt-get install --yes --quiet --no-install-recommends libbpf1 \
	&& rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log /var/cache/debconf
COPY --from=build /opt/tracewire /opt/tracewire
COPY deploy/compose/health.py /opt/tracewire/health.py
ENV PATH=/opt/tracewire/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# It starts with few capabilities and gives up what it does not need later (docker-compose.yml).
USER root
HEALTHCHECK --interval=15s --timeout=10s --start-period=120s --retries=3 \
	CMD ["python", "/opt/tracewire/health.py", "collector"]
ENTRYPOINT ["python", "-m", "collector"]
