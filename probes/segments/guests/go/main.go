// The guest of probe segments: arrays of known contents, and where they are. One source for both compilers, but for the
// size of the array that the article initialises.
package main

import (
	"syscall/js"
	"unsafe"
)

const zeroBytes = 1 << 20

var (
	// The article's test.c, in Go: char data_arr[1024 * 1024] = {1}; char bss_arr[1024 * 1024];
	dataArray = [writtenBytes]byte{1}
	bssArray  [zeroBytes]byte
	sum       byte
)

func place(at unsafe.Pointer, bytes int) map[string]interface{} {
	return map[string]interface{}{"at": int(uintptr(at)), "bytes": bytes}
}

func textPlace(text string) map[string]interface{} {
	return place(*(*unsafe.Pointer)(unsafe.Pointer(&text)), len(text))
}

// arrays(): where each is, and of how many bytes.
func onArrays(js.Value, []js.Value) interface{} {
	return map[string]interface{}{
		"written":  place(unsafe.Pointer(&dataArray[0]), len(dataArray)),
		"zero":     place(unsafe.Pointer(&bssArray[0]), len(bssArray)),
		"repeated": textPlace(repeatedText),
		"random":   textPlace(randomText),
	}
}

// touch(i): makes every array one that is used, in a way that no compiler foresees.
func onTouch(_ js.Value, args []js.Value) interface{} {
	i := args[0].Int()
	dataArray[i%len(dataArray)]++
	bssArray[i%len(bssArray)]++
	sum += dataArray[(i+1)%len(dataArray)] + bssArray[(i+1)%len(bssArray)] + repeatedText[i%len(repeatedText)] + randomText[i%len(randomText)]
	return int(sum)
}

func main() {
	js.Global().Set("wasmographGuest", map[string]interface{}{
		"arrays": js.FuncOf(onArrays),
		"touch":  js.FuncOf(onTouch),
	})
	select {}
}
