module patterns

go 1.22
