"""The Streamlit pages. Imports db only."""
