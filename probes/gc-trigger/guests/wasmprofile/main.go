// As the article has it: a profile of its own for wasm. It does not build, which is the answer.
package main

import (
	"os"
	"runtime/pprof"
)

func main() {
	pprof.WasmProfile.WriteTo(os.Stdout, 0)
}
