# syntax=docker/dockerfile:1

# The image of wxpush: the executable on a small Debian, without the Swift toolchain.
#
#     docker build -t wxpush .
#     docker run --rm wxpush --version

ARG SWIFT_IMAGE=swift:6.3-bookworm

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libcurl4-openssl-dev libhiredis-dev libmicrohttpd-dev librabbitmq-dev libsqlite3-dev libyaml-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The build folder is a cache between builds, so the result has to leave it in the same step. Symbols stay in
# wxpush.debug: `docker build --target symbols --output . .` brings it out, for a crash that has to be read.
RUN --mount=type=cache,target=/src/.build \
    swift build -c release --product wxpush --static-swift-stdlib \
    && cp "$(swift build -c release --static-swift-stdlib --show-bin-path)/wxpush" /wxpush.debug \
    && strip -o /wxpush /wxpush.debug

FROM scratch AS symbols
COPY --from=build /wxpush.debug /

FROM debian:12-slim
# What `ldd` names of the executable; ca-certificates brings the openssl program for `wxpush sandbox --tls`.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates libcurl4 libhiredis0.14 libmicrohttpd12 librabbitmq4 libsqlite3-0 libstdc++6 libyaml-0-2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/wxpush --shell /usr/sbin/nologin wxpush \
    && install -d -o wxpush -g wxpush -m 0750 /var/lib/wxpush
COPY --from=build /wxpush /usr/local/bin/wxpush
USER 10001:10001
# Where `sqlite:wxpush.db` would be; a fleet keeps it in Redis.
WORKDIR /var/lib/wxpush
# Takes no more jobs, finishes those in flight, hands the rest back: give it more time than `shutdown` in the configuration.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/wxpush"]
CMD ["worker"]
