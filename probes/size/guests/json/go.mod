module wasmograph.example/size/json

go 1.19
