"""What happens beside the jobs: one live workflow per folder, leftovers of a killed one, retries, progress."""
