-- SPDX-License-Identifier: MIT
-- What this binding raises: a table {status = -8, name = "RS_ERR_GRID", message = "..."} that reads
-- as its sentence, by tostring and in an uncaught error.
local ffi = require "ffi"
require "restart.abi"
local lib = require("restart.library").functions "restart"

local failure = {}

local Failure = {}
Failure.__index = Failure

function Failure:__tostring()
  return self.message .. " (" .. self.name .. ")"
end

-- Raises a status with a sentence, or with the status's own.
function failure.raise(status, sentence)
  local text = sentence ~= "" and sentence or ffi.string(lib.rs_status_text(status))
  error(setmetatable({status = status, name = ffi.string(lib.rs_status_name(status)),
                      message = text}, Failure))
end

-- The status itself if it is no failure. message: a C string or nil.
function failure.check(status, message)
  if status < 0 then
    failure.raise(status, message ~= nil and ffi.string(message) or "")
  end
  return status
end

-- Raises RS_ERR_OPTION: what this binding itself refuses.
function failure.option(form, ...)
  failure.raise(ffi.C.RS_ERR_OPTION, form:format(...))
end

return failure
