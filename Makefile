# `make run` to play, `make test` before you send a change. CONTRIBUTING.md says more.

SOURCES := Package.swift Sources Tests $(wildcard Benchmarks)
RELEASE := -c release --product hokmd --static-swift-stdlib --disable-local-rpath \
	-Xlinker -z -Xlinker now
# More flags for `make run`, as in: make run FLAGS='--players 0.0.0.0:8080'
FLAGS ?=

# How long each parser is fuzzed.
SECONDS ?= 60

.PHONY: run test simulate fuzz conformance release lint format clean dependencies test-dependencies

run: dependencies
	swift build --product hokmd
	@exec .build/debug/hokmd --mode all $(FLAGS)

# What computes keeps a core from what waits for sockets and clocks, so each kind runs by itself, and
# few tests at a time: else some wait for a turn until their own limits end them.
COMPUTING := (Game|JSON|PlayerProtocol|Policy|Referee|Simulation|Wire|YAML)Tests|RandomFailoverTests
TEST := swift test --skip-build --disable-xctest
FEW := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=2

# Everything that CI checks. The unit tests' closing lines come last.
test: test-dependencies lint
	swift build --build-tests
	Tests/Conformance/autobahn
	Tests/Conformance/tls
	Tests/Browser/run
	packaging/monitoring/check
	$(FEW) $(TEST) --filter '$(COMPUTING)'
	$(FEW) $(TEST) --filter EndToEnd
	$(FEW) $(TEST) --skip '$(COMPUTING)|EndToEnd'

# Three minutes of fresh seeds in the simulator, and twice the same ones: they must come out alike.
simulate: dependencies
	swift build -c release --product hokmd-simulate
	@first=$$(.build/release/hokmd-simulate --seeds 5 --seed 1 | sed 's/.* hash=//'); \
	second=$$(.build/release/hokmd-simulate --seeds 5 --seed 1 | sed 's/.* hash=//'); \
	test "$$first" = "$$second" || { echo "one seed is not one run: $$first $$second"; exit 1; }
	.build/release/hokmd-simulate --seeds 1000000 --seconds 80
	-.build/release/hokmd-simulate --cluster --interval 0 --seconds 90

# libFuzzer over every parser of bytes from outside: make fuzz SECONDS=60
fuzz: dependencies
	SECONDS_EACH=$(SECONDS) Tests/Fuzz/run

# The Autobahn test suite against our WebSocket and sslyze against our TLS: a part of `make test`.
conformance: test-dependencies
	swift build --product hokmd
	Tests/Conformance/autobahn
	Tests/Conformance/tls

release: dependencies
	swift build $(RELEASE)
	@mkdir -p artifacts
	strip -o artifacts/hokmd "$$(swift build $(RELEASE) --show-bin-path)/hokmd"
	@ls -l artifacts/hokmd

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

format:
	swift format format --in-place --parallel --recursive $(SOURCES)

clean:
	rm -rf .build artifacts

dependencies:
	@packaging/install-build-dependencies

test-dependencies:
	@packaging/install-build-dependencies test
