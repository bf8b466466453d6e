"""The API's description (OpenAPI 3.1), made from the routes and what they read and say."""
