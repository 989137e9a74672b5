# The image holds one file of ours and runs without root, shell or libc.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/sluis ./server \
 && mkdir -p /out/data /out/sites /out/tmp && chmod 1777 /out/tmp

FROM scratch
# Certificates for rediss:// addresses.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/sluis /sluis
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/sites /sites
COPY --from=build /out/tmp /tmp
USER 65532:65532
ENV SLUIS_LISTEN=:8080 SLUIS_DATA=/data SLUIS_SITES=/sites
EXPOSE 8080
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/sluis", "health"]
ENTRYPOINT ["/sluis"]
CMD ["serve"]
