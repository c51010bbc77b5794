"""What WeChat and WeCom have in common: callback, envelope, bodies, access token, API. Knows neither of them."""
