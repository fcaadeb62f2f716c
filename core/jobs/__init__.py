"""Long work in processes of its own: started, queued, watched and cancelled through files, by any server."""
