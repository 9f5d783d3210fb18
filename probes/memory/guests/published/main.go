// The article's sysAlloc of section 2.1, word for word but for its comments, and what it needs to be a program.
package main

import (
	"syscall/js"
	"unsafe"
)

func sysAlloc(n uintptr, sysStat *uint64) unsafe.Pointer {
	jsMem := js.Global().Get("WebAssembly").Get("Memory")
	curPages := jsMem.Get("buffer").Get("byteLength").Int() / 65536
	neededPages := (int(n) + 65535) / 65536
	if neededPages > curPages {
		jsMem.Call("grow", neededPages-curPages)
	}
	return unsafe.Pointer(&jsMem.Get("buffer").UnsafeAddr())
}

func main() {
	var stat uint64
	sysAlloc(65536, &stat)
}
