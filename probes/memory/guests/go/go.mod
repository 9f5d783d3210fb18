module wasmograph.example/memory

go 1.19
