#!/bin/sh
# get.sh - clones the public test suite of WebAssembly 3.0 into build/conformance, where the tests look for it.
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build/conformance/spec
[ -d build/conformance/clone ] ||
    git clone -q --depth 1 --branch wasm-3.0 https://github.com/WebAssembly/spec build/conformance/clone || exit 1
ln -sfn ../clone/test/core build/conformance/spec/core
ln -sfn ../clone/test/legacy build/conformance/spec/legacy
echo "the suite is in build/conformance"
