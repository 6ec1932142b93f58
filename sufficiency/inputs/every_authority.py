"""Every authority with children's services in England, since April 2023.

A table may leave some of them out: then it is better to say so than to suggest another authority
that is spelt a little like it.
"""

from __future__ import annotations

from typing import Final

EVERY_AUTHORITY: Final = (
    "Barking and Dagenham", "Barnet", "Barnsley", "Bath and North East Somerset", "Bedford",
    "Bexley", "Birmingham", "Blackburn with Darwen", "Blackpool", "Bolton",
    "Bournemouth, Christchurch and Poole", "Bracknell Forest", "Bradford", "Brent",
    "Brighton and Hove", "Bristol, City of", "Bromley", "Buckinghamshire", "Bury", "Calderdale",
    "Cambridgeshire", "Camden", "Central Bedfordshire", "Cheshire East",
    "Cheshire West and Chester", "City of London", "Cornwall", "County Durham", "Coventry",
    "Croydon", "Cumberland", "Darlington", "Derby", "Derbyshire", "Devon", "Doncaster", "Dorset",
    "Dudley", "Ealing", "East Riding of Yorkshire", "East Sussex", "Enfield", "Essex", "Gateshead",
    "Gloucestershire", "Greenwich", "Hackney", "Halton", "Hammersmith and Fulham", "Hampshire",
    "Haringey", "Harrow", "Hartlepool", "Havering", "Herefordshire, County of", "Hertfordshire",
    "Hillingdon", "Hounslow", "Isle of Wight", "Isles of Scilly", "Islington",
    "Kensington and Chelsea", "Kent", "Kingston upon Hull, City of", "Kingston upon Thames",
    "Kirklees", "Knowsley", "Lambeth", "Lancashire", "Leeds", "Leicester", "Leicestershire",
    "Lewisham", "Lincolnshire", "Liverpool", "Luton", "Manchester", "Medway", "Merton",
    "Middlesbrough", "Milton Keynes", "Newcastle upon Tyne", "Newham", "Norfolk",
    "North East Lincolnshire", "North Lincolnshire", "North Northamptonshire", "North Somerset",
    "North Tyneside", "North Yorkshire", "Northumberland", "Nottingham", "Nottinghamshire",
    "Oldham", "Oxfordshire", "Peterborough", "Plymouth", "Portsmouth", "Reading", "Redbridge",
    "Redcar and Cleveland", "Richmond upon Thames", "Rochdale", "Rotherham", "Rutland", "Salford",
    "Sandwell", "Sefton", "Sheffield", "Shropshire", "Slough", "Solihull", "Somerset",
    "South Gloucestershire", "South Tyneside", "Southampton", "Southend-on-Sea", "Southwark",
    "St. Helens", "Staffordshire", "Stockport", "Stockton-on-Tees", "Stoke-on-Trent", "Suffolk",
    "Sunderland", "Surrey", "Sutton", "Swindon", "Tameside", "Telford and Wrekin", "Thurrock",
    "Torbay", "Tower Hamlets", "Trafford", "Wakefield", "Walsall", "Waltham Forest", "Wandsworth",
    "Warrington", "Warwickshire", "West Berkshire", "West Northamptonshire", "West Sussex",
    "Westminster", "Westmorland and Furness", "Wigan", "Wiltshire", "Windsor and Maidenhead",
    "Wirral", "Wokingham", "Wolverhampton", "Worcestershire", "York",
)  # fmt: skip
"""Names as the Department for Education writes them. Source: its tables of children looked after
of 2025, Open Government Licence v3.0, mark V; but mark M (remembered) for Blackpool, Bradford,
Kent, Liverpool, Norfolk, North Yorkshire, Redcar and Cleveland, Rochdale, Rutland and
Stoke-on-Trent."""
