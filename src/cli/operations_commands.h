#pragma once

namespace ca::cli {

struct CommandLine;

void add_schedule_command(CommandLine& line);
/// backup, restore.
void add_backup_commands(CommandLine& line);
void add_doctor_command(CommandLine& line);

}  // namespace ca::cli
