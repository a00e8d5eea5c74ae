-- Which generation is here; one that another run of the server left is forgotten,
-- one of another version not told of.
-- For any generation. Takes nothing. Reply: { generation } or {}.
if not meta[1] then
  return '\128'
end
if meta[3] ~= run_id() then
  forget()
  return '\128'
end
if meta[4] ~= FORM then
  return '\128'
end
return pack({ generation = tonumber(meta[1]) })
