-- Which generation is here; one that another run of the server left is forgotten.
-- KEYS[1] the desk. ARGV: any generation, now_ms. Reply: { generation } or {}.
if not meta[1] then
  return '\128'
end
if call('HGET', root, 'run_id') ~= run_id() then
  forget()
  return '\128'
end
return pack({ generation = tonumber(meta[1]) })
