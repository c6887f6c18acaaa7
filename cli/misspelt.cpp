// SPDX-License-Identifier: GPL-2.0-only
// Looks over a command line before it is read, for the nearest names of what it misspells.
// It must not know what any command or option does.
#include "cli/misspelt.hpp"
#include <algorithm>
#include "scenarios/nearest.hpp"

namespace cli {

namespace {

std::vector<const CLI::App *> all_commands(const CLI::App &app)
{
	return app.get_subcommands([](const CLI::App *) { return true; });
}

std::string unknown_command(const std::string &given, const CLI::App &app)
{
	scenario::name_list names;

	for (const CLI::App *c : all_commands(app))
		names.push_back(c->get_name());
	return "kthreadsim: unknown command '" + given + "', expected " + scenario::one_of(names) +
	       scenario::did_you_mean(given, names);
}

std::string path_of(const CLI::App &app)
{
	return (app.get_parent() ? path_of(*app.get_parent()) + " " : "") + app.get_name();
}

std::string unknown_option(const std::string &given, const CLI::App &app)
{
	std::vector<std::string> names;
	std::string near;

	for (const CLI::Option *o : app.get_options())
		for (const std::string &name : o->get_lnames())
			names.push_back("--" + name);
	near = scenario::did_you_mean(given, { names.begin(), names.end() });
	return path_of(app) + ": unknown option '" + given + "'" +
	       (near.empty() ? ", expected one that " + path_of(app) + " --help lists" : near);
}

bool takes_value(const CLI::Option *o)
{
	return o && o->get_items_expected_max() > 0;
}

// The names in one word: a long one, or letters up to one that takes what is behind it. Whether the
// value of the last one is the next word.
bool names_in(const std::string &word, const CLI::App &app, std::vector<std::string> &names)
{
	if (word.starts_with("--")) {
		names = { word.substr(0, word.find('=')) };
		return takes_value(app.get_option_no_throw(names[0])) && names[0] == word;
	}
	for (size_t at = 1; at < word.size(); at++) {
		names.push_back("-" + word.substr(at, 1));
		if (takes_value(app.get_option_no_throw(names.back())))
			return at + 1 == word.size();
	}
	return false;
}

} // namespace

std::string misspelt(const CLI::App &app, std::span<char *const> words)
{
	std::vector<const CLI::Option *> given;

	for (size_t i = 0; i < words.size(); i++) {
		const std::string word = words[i];

		if (word == "--")
			break;
		if (word[0] != '-' || word == "-") {
			if (all_commands(app).empty())
				continue;
			for (const CLI::App *command : all_commands(app))
				if (command->get_name() == word)
					return misspelt(*command, words.subspan(i + 1));
			return unknown_command(word, app);
		}
		std::vector<std::string> names;
		i += names_in(word, app, names);
		for (const std::string &name : names) {
			const CLI::Option *o = app.get_option_no_throw(name);

			if (!o)
				return unknown_option(name, app);
			if (takes_value(o) && std::count(given.begin(), given.end(), o))
				return path_of(app) + ": " + name + ": given twice";
			given.push_back(o);
		}
	}
	return "";
}

} // namespace cli
