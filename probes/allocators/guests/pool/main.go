// sync.Pool, which section 3.1 says does not compile.
package main

import (
	"sync"
	"syscall/js"
)

var pool = sync.Pool{New: func() interface{} { return new([64]byte) }}

func onUse(js.Value, []js.Value) interface{} {
	buffer := pool.Get().(*[64]byte)
	buffer[0]++
	pool.Put(buffer)
	return int(pool.Get().(*[64]byte)[0])
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{"use": js.FuncOf(onUse)})
	select {}
}
