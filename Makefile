# `make run` to play, `make test` before you send a change. CONTRIBUTING.md says more.

SOURCES := Package.swift Sources Tests $(wildcard Benchmarks)
# What every release build is made with, so that one folder serves them all. No path of this machine
# gets into what is built, and nothing that nobody calls is kept for the sake of being exported. What
# macros generate has the name of a file in TMPDIR, so that this is in the folder, too.
PASSING := $(CURDIR)/.build/passing
BUILD_RELEASE = mkdir -p $(PASSING) && TMPDIR=$(PASSING) swift build
RELEASE_FLAGS := -c release --static-swift-stdlib --disable-local-rpath \
	-Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. \
	-Xcc -ffile-prefix-map=$(CURDIR)=. -Xcxx -ffile-prefix-map=$(CURDIR)=. \
	-Xswiftc -Xfrontend -Xswiftc -no-clang-module-breadcrumbs \
	-Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen -Xswiftc -use-ld=lld \
	-Xlinker --no-export-dynamic -Xlinker --icf=safe -Xlinker --build-id=sha1 \
	-Xlinker -z -Xlinker now -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker pack-relative-relocs
RELEASE := $(RELEASE_FLAGS) --product hokmd
SIMULATE := $(RELEASE_FLAGS) --product hokmd-simulate
# More flags for `make run`, as in: make run FLAGS='--players 0.0.0.0:8080'
FLAGS ?=

# How long each parser is fuzzed, and how long fresh seeds are simulated.
SECONDS ?= 60
SIMULATE_SECONDS ?= 90

.PHONY: run test ci simulate simulate-clusters fuzz conformance release deb check-package check-docs lint format clean \
	dependencies package-dependencies test-dependencies

run: dependencies
	swift build --product hokmd
	@exec .build/debug/hokmd --mode all $(FLAGS)

# What computes keeps a core from what waits for sockets and clocks, so each kind runs by itself, and
# few tests at a time: else some wait for a turn until their own limits end them.
COMPUTING := (Game|JSON|PlayerProtocol|Policy|Referee|Simulation|Wire|YAML)Tests|RandomFailoverTests|StormTests
TEST := swift test --skip-build --disable-xctest
# The storms of `make test` are the same each time, those of `make simulate` are fresh.
SEED ?= 1
FEW := SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=2

# Everything that CI checks. The unit tests' closing lines come last.
test: test-dependencies lint
	swift build --build-tests
	Tests/Conformance/autobahn
	Tests/Conformance/tls
	Tests/Browser/run
	packaging/monitoring/check
	Tests/Docs/run
	SEED=$(SEED) $(FEW) $(TEST) --filter '$(COMPUTING)'
	$(FEW) $(TEST) --filter EndToEnd
	$(FEW) $(TEST) --skip '$(COMPUTING)|EndToEnd'

# What continuous integration runs: the simulator's seeds that are always the same or failed once, fuzzing
# and the package in a bare Debian before `make test`, whose closing lines come last. Of some thousand
# fresh seeds one still finds something (docs/simulation.md); those are `make simulate`'s.
ci: test-dependencies lint
	$(MAKE) simulate SIMULATE_SECONDS=0
	$(MAKE) simulate-clusters SIMULATE_SECONDS=0
	$(MAKE) fuzz SECONDS=12
	$(MAKE) check-package
	$(MAKE) test

# Three core-minutes of fresh seeds in the simulator (90 s on two cores), every seed that ever failed,
# and some twice: those must come out alike.
simulate: dependencies
	$(BUILD_RELEASE) $(SIMULATE)
	Tests/SimulationTests/run "$$(swift build $(SIMULATE) --show-bin-path)/hokmd-simulate" $(SIMULATE_SECONDS) $(SIMULATE_COMMIT)

# The same for clusters with rooms, gateways and players, on one core.
simulate-clusters: dependencies
	$(BUILD_RELEASE) $(SIMULATE)
	Tests/ClusterSimulationTests/run "$$(swift build $(SIMULATE) --show-bin-path)/hokmd-simulate" $(SIMULATE_SECONDS) $(SIMULATE_COMMIT)

# libFuzzer over every parser of bytes from outside: make fuzz SECONDS=60
fuzz: dependencies
	SECONDS_EACH=$(SECONDS) Tests/Fuzz/run

# The Autobahn test suite against our WebSocket and sslyze against our TLS: a part of `make test`.
conformance: test-dependencies
	swift build --product hokmd
	Tests/Conformance/autobahn
	Tests/Conformance/tls

release: dependencies
	$(BUILD_RELEASE) $(RELEASE)
	@mkdir -p artifacts
	strip -o artifacts/hokmd "$$(swift build $(RELEASE) --show-bin-path)/hokmd"
	@ls -l artifacts/hokmd

# artifacts/hokmd_VERSION_amd64.deb, and its debug symbols beside it.
deb: dependencies
	$(BUILD_RELEASE) $(RELEASE)
	packaging/make-deb "$$(swift build $(RELEASE) --show-bin-path)/hokmd"

# Installs the package in a bare Debian and does there what its users do.
check-package: package-dependencies deb
	packaging/check-reproducible --packing "$$(swift build $(RELEASE) --show-bin-path)/hokmd"
	packaging/check-package artifacts

# Runs the commands of the documents.
check-docs: dependencies
	swift build --product hokmd
	Tests/Docs/run

lint:
	swift format lint --strict --parallel --recursive $(SOURCES)

format:
	swift format format --in-place --parallel --recursive $(SOURCES)

clean:
	rm -rf .build artifacts

dependencies:
	@packaging/install-build-dependencies

package-dependencies:
	@packaging/install-build-dependencies package

test-dependencies:
	@packaging/install-build-dependencies test
