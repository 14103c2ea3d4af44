"""The blueprint of proposals."""

from flask import Blueprint

from ckanext.opendata_ua.views.asking import ask_for_the_token

opendata_ua_proposal = Blueprint("opendata_ua_proposal", __name__)
opendata_ua_proposal.before_request(ask_for_the_token)
