print("vampc")
