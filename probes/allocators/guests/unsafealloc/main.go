// The article's only safe way to allocate, section 3.1.
package main

import "unsafe"

func main() {
	p := unsafe.Alloc(4096)
	println(p != nil)
}
