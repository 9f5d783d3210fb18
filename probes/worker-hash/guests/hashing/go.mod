module hashing

go 1.19
