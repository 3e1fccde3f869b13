# Instrument Desk. `make run` serves, `make test` is the whole gate; both install what they need.

SHELL   := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
LIBS    := static/dist/htmx.min.js static/dist/lightweight-charts.js

.DEFAULT_GOAL := help
.PHONY: help build run dev test check fmt fmt-check vet lint generate generate-check race browser-deps golden fuzz relevance bench bench-live bench-search bench-http fakeetoro screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(LIBS) ## bin/dashboard and bin/fakeetoro
	@mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/ ./cmd/dashboard ./cmd/fakeetoro

run: build ## build and serve; without keys on a simulated eToro
	@exec bin/dashboard

# The browser libraries come from npm by lock file. Without npm the pages work all the same, by
# links and forms, and charts stand still.
$(LIBS) &: static/package-lock.json
	@if command -v npm >/dev/null 2>&1; then \
		cd static && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build && touch $(LIBS:static/%=%); \
	else \
		echo "npm is missing: building without live search and moving charts"; \
	fi

dev: $(LIBS) ## serve, and rebuild when a page or a Go file changes
	go tool templ generate --watch --proxy="http://127.0.0.1:8080" --open-browser=false --cmd="go run ./cmd/dashboard"

test: fmt-check vet lint generate-check race ## the whole gate: format, vet, lint, generated code, race and browser tests

check: fmt-check vet lint generate-check ## the part of the gate that runs no test

fmt: ## format Go and templ
	gofmt -w $$(git ls-files '*.go' | grep -v _templ.go)
	go tool templ fmt views

fmt-check:
	@echo "format"
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "not gofmt-ed: $$out"; exit 1; }
	@go tool templ fmt -fail views

vet:
	go vet ./...

lint:
	go tool staticcheck ./...
	go mod tidy -diff
	go mod verify

generate: ## the Go code of the templ pages
	go tool templ generate -path views

generate-check:
	@echo "generated code"
	@before=$$(cat $$(find views -name '*_templ.go' | sort) | sha256sum); \
	go tool templ generate -path views >/dev/null 2>&1; \
	after=$$(cat $$(find views -name '*_templ.go' | sort) | sha256sum); \
	test "$$before" = "$$after" || { echo "the generated code was not up to date: commit what make generate wrote"; exit 1; }

race: browser-deps
	REQUIRE_BROWSER=1 go test -race -shuffle=on -timeout 20m ./...

browser-deps:
	@.ci/chromium
	@cd static && { test -e node_modules/axe-core -a -e node_modules/lightweight-charts || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; } && npm run --silent build

golden: ## write the golden files of the pages anew
	go test ./views -update

FUZZTIME ?= 10s
fuzz: ## each fuzz target for FUZZTIME
	@set -e; for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

relevance: ## what the labelled queries find, by class; CATALOGUE=file for a recording of the real catalogue
	go test ./internal/market -count=1 -v -run 'TestRelevanceOnThe$(if $(CATALOGUE),Real,Embedded)Catalogue' $(if $(CATALOGUE),-args -catalogue=$(abspath $(CATALOGUE)))

bench: ## the benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-live: ## live prices under load: push to reader, memory of a reader, stalled readers
	go test ./cmd/dashboard -count=1 -timeout 10m -run TestLiveUnderLoad -live-load -v

SIZES ?= 15000,100000,1000000
bench-search: ## search beside a scan, bleve and SQLite FTS5 (cgo); SIZES=rows,rows; CATALOGUE=file for a recording of the real catalogue
	cd internal/search/bench && go vet -tags fts5 . && go test -tags fts5 . && \
	go run -tags fts5 . -sizes=$(SIZES) $(if $(CATALOGUE),-catalogue=$(abspath $(CATALOGUE)))

bench-http: ## /search typed key by key beside static bytes of the same size, under wrk
	@command -v wrk >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends wrk; }
	go test ./handlers -count=1 -v -run TestSearchBesideStaticBytes -wrk

fakeetoro: build ## a simulated eToro on its own, to develop against
	@exec bin/fakeetoro

screenshots: build browser-deps ## pictures of the pages for the README
	go test ./cmd/dashboard -run TestScreenshots -screenshots $(CURDIR)/.readme

clean: ## remove what the build made
	rm -rf bin static/node_modules static/dist/*.js
