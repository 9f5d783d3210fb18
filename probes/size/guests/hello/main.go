// Prints by fmt: its reflection and number formatting come with it.
package main

import "fmt"

func main() {
	fmt.Println("hello, size", 1)
}
