// What chapter 1 of the article does, in one program: the Date calls, the 1 MiB array, the SHA-256 of 10 MB, called from
// JavaScript. Its own main.go is not printed.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"syscall/js"
)

const hashBytes = 10 << 20

var kept []byte

func goFunc(js.Value, []js.Value) interface{} {
	return js.Global().Get("Date").New().Call("getTime")
}

func allocate(js.Value, []js.Value) interface{} {
	kept = make([]byte, 1<<20)
	return js.Global().Get("Uint8Array").New(1 << 20)
}

func hashData(js.Value, []js.Value) interface{} {
	sum := sha256.Sum256(make([]byte, hashBytes))
	return hex.EncodeToString(sum[:])
}

func main() {
	js.Global().Set("goFunc", js.FuncOf(goFunc))
	js.Global().Set("allocate", js.FuncOf(allocate))
	js.Global().Set("hash_bytes", js.FuncOf(hashData))
	select {}
}
