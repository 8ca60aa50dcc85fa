# Builds the command from source on Debian 12: docker build -t milbench . && docker run --rm milbench describe musk1
# Swift's own image of Debian 12 has the compiler; the libraries are those that scripts/setup.sh installs.
FROM swift:6.1-bookworm AS build
WORKDIR /milbench
COPY scripts/setup.sh scripts/setup.sh
RUN scripts/setup.sh
COPY . .
RUN swift build -c release --static-swift-stdlib --product milbench

FROM debian:12-slim
# The libraries of setup.sh that the program needs at run time.
RUN apt-get update -q \
  && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    libopenblas0-pthread liblapacke zlib1g libhdf5-103-1 libpng16-16 ca-certificates \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /milbench/.build/release/milbench /opt/milbench/
COPY --from=build /milbench/.build/release/milbench_ShippedData.resources /opt/milbench/milbench_ShippedData.resources
COPY experiments /work/experiments
COPY results /work/results
RUN ln -s /opt/milbench/milbench /usr/local/bin/milbench
WORKDIR /work
ENTRYPOINT ["milbench"]
