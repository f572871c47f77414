"""Where the bytes of files are: a folder, or a bucket of an S3-speaking storage; by obstore."""
