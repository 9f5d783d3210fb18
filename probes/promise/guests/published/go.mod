module published

go 1.22
