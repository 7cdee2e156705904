"""What a developer runs: setting up, the doctor, the demo. Nothing here is served."""
