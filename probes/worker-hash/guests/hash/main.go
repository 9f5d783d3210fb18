// The article's hash in a worker: SHA-256 of a buffer of the program's own. One source for the Go compiler and TinyGo, which
// exports it beside. It sets globalThis.wasmographGuest = {hash, digest} and stays.
package main

import (
	"crypto/sha256"
	"syscall/js"
)

const inputBytes = 10_000_000

var (
	input  []byte
	digest [sha256.Size]byte
)

func hashInput() {
	digest = sha256.Sum256(input)
}

func main() {
	input = make([]byte, inputBytes)
	for i := range input {
		input[i] = byte(i*7) & 0x7f
	}
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"hash": js.FuncOf(func(js.Value, []js.Value) interface{} {
			hashInput()
			return nil
		}),
		// digest(): the first four bytes of the last hash.
		"digest": js.FuncOf(func(js.Value, []js.Value) interface{} {
			return float64(uint32(digest[0])<<24 | uint32(digest[1])<<16 | uint32(digest[2])<<8 | uint32(digest[3]))
		}),
	})
	select {}
}
