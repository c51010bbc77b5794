"""What WeChat and WeCom have in common: callback, envelope, bodies, access token, codes, API. Knows neither of them."""
