module wasmograph.example/memory/published

go 1.19
