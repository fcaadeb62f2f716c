"""The parts of the pages, laid out with Streamlit."""
