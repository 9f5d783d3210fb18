module wasmograph.example/allocators/recursion

go 1.19
